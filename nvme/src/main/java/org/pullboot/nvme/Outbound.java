package org.pullboot.nvme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The PDUs that wait to be sent on one connection, one behind the other in leased memory, so that many go out in one
 * write. For the thread of its loop.
 */
final class Outbound {
    private static final int COMPLETION = Pdu.CAPSULE_RESP_BYTES + Pdu.DIGEST_BYTES;

    private final EventLoop loop;
    private final ArrayDeque<Segment> queue = new ArrayDeque<>();
    private @Nullable Segment tail;
    private Session session = Session.NEW;
    private long bytes;
    private long held;

    Outbound(EventLoop loop) {
        this.loop = loop;
    }

    /** What was agreed on: digests and padding of all that follows. */
    void agree(Session agreed) {
        session = agreed;
    }

    /** Bytes that are not sent yet. */
    long bytes() {
        return bytes;
    }

    /** Bytes of memory that they take. */
    long held() {
        return held;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Room for control PDUs, which there always is. */
    private Segment room(int wanted) {
        Segment last = tail;
        if (last == null || last.room() < wanted) {
            last = loop.segments().leaseAlways(false);
            push(last);
        }
        return last;
    }

    /**
     * Room for the answer to a read with this much data, which will be put in one piece behind {@link Segment#end}.
     *
     * @return null when there is no memory for it now
     */
    @Nullable
    Segment roomForData(int data, long heldElsewhere) {
        int wanted = session.dataStart() + data + Pdu.DIGEST_BYTES + COMPLETION;
        Segment last = tail;
        if (last == null || last.room() < wanted) {
            last = loop.segments().lease(true, held + heldElsewhere);
            if (last != null) {
                push(last);
            }
        }
        return last;
    }

    /**
     * Room for the header of a C2HData whose data is memory of a device.
     *
     * @return null when there is no memory for it now
     */
    @Nullable
    Segment roomForHeader(long heldElsewhere) {
        Segment last = tail;
        if (last == null || last.room() < session.dataStart()) {
            last = loop.segments().lease(false, held + heldElsewhere);
            if (last != null) {
                push(last);
            }
        }
        return last;
    }

    /** Whether memory of a device may be sent as it is: Java code would have to read it for a digest. */
    boolean sendsViews() {
        return !session.dataDigest();
    }

    /** Sends memory of a device, behind a header in the last segment. */
    void view(Segment segment, ByteBuffer view, int command, int flags) {
        int at = segment.end;
        int length = view.remaining();
        dataPdu(segment, at, command, 0, length, flags);
        grown(segment, at + session.dataStart());
        segment.view = view;
        segment.viewLeft = length;
        bytes += length;
    }

    private void push(Segment segment) {
        queue.addLast(segment);
        tail = segment;
        held += segment.size();
    }

    private void grown(Segment segment, int to) {
        bytes += to - segment.end;
        segment.end = to;
    }

    /** Bytes from the beginning of a C2HData to its data. */
    int dataStart() {
        return session.dataStart();
    }

    /** ICResp (NVMe/TCP Transport 1.0, 3.6.2.2). */
    void initialised(int maxData, Session agreed) {
        Segment segment = room(Pdu.IC_BYTES);
        int at = segment.end;
        ByteBuffer out = segment.bytes;
        header(out, at, Pdu.IC_RESP, 0, Pdu.IC_BYTES, 0, Pdu.IC_BYTES);
        zero(out, at + Pdu.COMMON, at + Pdu.IC_BYTES);
        out.put(at + Pdu.IC_DIGESTS, (byte) ((agreed.headerDigest() ? 1 : 0) | (agreed.dataDigest() ? 2 : 0)));
        out.putInt(at + Pdu.MAX_DATA, maxData);
        grown(segment, at + Pdu.IC_BYTES);
    }

    /** C2HTermReq with the header that was wrong (3.6.2.4). */
    void terminate(PduException error, ByteBuffer wrong, int from, int length) {
        int size = Pdu.TERM_BYTES + length;
        Segment segment = room(size);
        int at = segment.end;
        ByteBuffer out = segment.bytes;
        header(out, at, Pdu.C2H_TERM_REQ, 0, Pdu.TERM_BYTES, 0, size);
        zero(out, at + Pdu.COMMON, at + Pdu.TERM_BYTES);
        out.putShort(at + 8, (short) error.status());
        out.putInt(at + 10, error.information());
        out.put(at + Pdu.TERM_BYTES, wrong, from, length);
        grown(segment, at + size);
    }

    /** A completion (3.6.2.6). */
    void completion(long result, int sqhd, int queue, int command, int status) {
        Segment segment = room(COMPLETION);
        int at = segment.end;
        ByteBuffer out = segment.bytes;
        int size = Pdu.CAPSULE_RESP_BYTES + session.headerDigestBytes();
        header(out, at, Pdu.CAPSULE_RESP, session.headerFlags(), Pdu.CAPSULE_RESP_BYTES, 0, size);
        out.putLong(at + 8, result);
        out.putShort(at + 16, (short) sqhd);
        out.putShort(at + 18, (short) queue);
        out.putShort(at + 20, (short) command);
        out.putShort(at + 22, NvmeStatus.field(status));
        digest(out, at, Pdu.CAPSULE_RESP_BYTES);
        grown(segment, at + size);
    }

    /** Asks for all data of a command (3.6.2.10). */
    void readyToTransfer(int command, int tag, int length) {
        Segment segment = room(Pdu.DATA_BYTES + Pdu.DIGEST_BYTES);
        int at = segment.end;
        ByteBuffer out = segment.bytes;
        int size = Pdu.DATA_BYTES + session.headerDigestBytes();
        header(out, at, Pdu.R2T, session.headerFlags(), Pdu.DATA_BYTES, 0, size);
        out.putShort(at + Pdu.CCCID, (short) command);
        out.putShort(at + Pdu.TTAG, (short) tag);
        out.putInt(at + Pdu.DATA_OFFSET, 0);
        out.putInt(at + Pdu.DATA_LENGTH, length);
        out.putInt(at + 20, 0);
        digest(out, at, Pdu.DATA_BYTES);
        grown(segment, at + size);
    }

    /** Data of an answer that is not on the data path, copied. */
    void data(int command, ByteBuffer content) {
        int total = content.remaining();
        for (int sent = 0; sent < total; ) {
            int piece = Math.min(Segment.SMALL_DATA, total - sent);
            int start = session.dataStart();
            Segment segment = room(start + piece + Pdu.DIGEST_BYTES);
            int at = segment.end;
            segment.bytes.put(at + start, content, content.position() + sent, piece);
            boolean last = sent + piece == total;
            grown(segment, dataPdu(segment, at, command, sent, piece, last ? Pdu.LAST : 0));
            sent += piece;
        }
    }

    /** The header around data that was put into the last segment, {@link #dataStart} behind its end. */
    void data(Segment segment, int command, int length, int flags) {
        grown(segment, dataPdu(segment, segment.end, command, 0, length, flags));
    }

    /** Sends a segment whose data begins at {@link Segment#DATA}; it is given back when it is sent. */
    void data(Segment segment, int command, int offset, int length, int flags) {
        int at = Segment.DATA - session.dataStart();
        segment.start = at;
        segment.end = at;
        push(segment);
        grown(segment, dataPdu(segment, at, command, offset, length, flags));
    }

    /** Writes header and digests of a C2HData around its data, and says where it ends (3.6.2.9). */
    private int dataPdu(Segment segment, int at, int command, int offset, int length, int flags) {
        ByteBuffer out = segment.bytes;
        int start = session.dataStart();
        int end = at + start + length;
        int digests = session.headerFlags() | (session.dataDigest() ? Pdu.DATA_DIGEST : 0);
        int size = start + length + session.dataDigestBytes();
        header(out, at, Pdu.C2H_DATA, flags | digests, Pdu.DATA_BYTES, start, size);
        out.putShort(at + Pdu.CCCID, (short) command);
        out.putShort(at + 10, (short) 0);
        out.putInt(at + Pdu.DATA_OFFSET, offset);
        out.putInt(at + Pdu.DATA_LENGTH, length);
        out.putInt(at + 20, 0);
        digest(out, at, Pdu.DATA_BYTES);
        zero(out, at + Pdu.DATA_BYTES + session.headerDigestBytes(), at + start);
        if (session.dataDigest()) {
            out.putInt(end, loop.crc(out, at + start, end));
        }
        return end + session.dataDigestBytes();
    }

    private static void header(ByteBuffer out, int at, int type, int flags, int hlen, int pdo, int plen) {
        out.putInt(at, type | (flags << 8) | (hlen << 16) | (pdo << 24));
        out.putInt(at + Pdu.PLEN, plen);
    }

    private void digest(ByteBuffer out, int at, int length) {
        if (session.headerDigest()) {
            out.putInt(at + length, loop.crc(out, at, at + length));
        }
    }

    private static void zero(ByteBuffer out, int from, int to) {
        for (int i = from; i < to; i++) {
            out.put(i, (byte) 0);
        }
    }

    /**
     * Sends what is taken now.
     *
     * @return whether something was sent
     */
    boolean write(Wire wire) throws IOException {
        boolean any = false;
        while (bytes > 0) {
            ByteBuffer[] gather = loop.gather();
            int count = 0;
            Iterator<Segment> segments = queue.iterator();
            while (count < gather.length && segments.hasNext()) {
                Segment segment = segments.next();
                if (segment.end > segment.start) {
                    gather[count++] = segment.window(segment.start, segment.end);
                }
                ByteBuffer view = segment.view;
                if (view != null && count < gather.length) {
                    gather[count++] = view.position(view.limit() - segment.viewLeft);
                }
            }
            long sent = wire.write(gather, count);
            bytes -= sent;
            dropSent(sent);
            if (sent == 0) {
                break;
            }
            any = true;
        }
        if (bytes == 0) {
            clear();
        }
        return any;
    }

    private void dropSent(long sent) {
        long left = sent;
        for (Segment segment : queue) {
            int piece = (int) Math.min(left, segment.end - segment.start);
            segment.start += piece;
            segment.bytes.clear();
            left -= piece;
            int viewed = (int) Math.min(left, segment.viewLeft);
            segment.viewLeft -= viewed;
            left -= viewed;
        }
        while (queue.size() > 1 && queue.getFirst().sent()) {
            release(queue.removeFirst());
        }
    }

    /** Gives up what is not sent. */
    void clear() {
        while (!queue.isEmpty()) {
            release(queue.removeFirst());
        }
        tail = null;
        bytes = 0;
    }

    private void release(Segment segment) {
        held -= segment.size();
        loop.segments().release(segment);
    }
}
