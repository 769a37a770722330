package org.pullboot.uefi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pullboot.linux.ImmutableFlag;

/**
 * The variables of the running machine as Linux shows them: one file for each, named {@code NAME-GUID}, that holds the
 * attributes as a little-endian u32 and then the value.
 */
public final class EfiVarfs implements Variables {
    /** Where it is mounted. */
    public static final Path DEFAULT_DIRECTORY = Path.of("/sys/firmware/efi/efivars");

    private static final int ATTRIBUTES = 4;
    private static final int GUID_TEXT = 36;
    /** Real variables have at most a few ten KiB (dbx). */
    private static final int MAX_SIZE = 1 << 20;

    private final Path directory;

    /**
     * A view; nothing is read yet.
     *
     * @param directory where efivarfs is mounted; need not exist, for {@link #find} there is nothing in it then
     */
    public EfiVarfs(Path directory) {
        this.directory = directory;
    }

    /**
     * The URL this machine was booted from, see {@link BootUrl#find}.
     *
     * @throws IOException when a variable is there but cannot be read
     */
    public Optional<BootUrl> bootUrl() throws IOException {
        return BootUrl.find(this);
    }

    @Override
    public Optional<EfiVariable> find(EfiGuid vendor, String name) throws IOException {
        return read(file(vendor, name), vendor, name);
    }

    /**
     * All variables by name; files that are no variables are passed over.
     *
     * @throws IOException when efivarfs is not there, or a variable cannot be read
     */
    @Override
    public List<EfiVariable> all() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(files::add);
        } catch (NoSuchFileException e) {
            throw new UefiException(directory
                    + " is not there: either this machine was not started by UEFI, or efivarfs " + "is not mounted");
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        List<EfiVariable> variables = new ArrayList<>();
        for (Path file : files) {
            String fileName = file.getFileName().toString();
            int dash = fileName.length() - GUID_TEXT - 1;
            if (dash > 0 && fileName.charAt(dash) == '-') {
                Optional<EfiGuid> vendor = guid(fileName.substring(dash + 1));
                if (vendor.isPresent()) {
                    String name = fileName.substring(0, dash).replace('!', '/');
                    read(file, vendor.get(), name).ifPresent(variables::add);
                }
            }
        }
        return variables;
    }

    /**
     * Makes the changes one after another, each with a single write as efivarfs demands it. A variable that the kernel protects
     * with the immutable flag loses it for that moment.
     *
     * @throws IOException when the firmware or the kernel refuses one; those before it are made
     */
    public void apply(List<VariableChange> changes) throws IOException {
        for (VariableChange change : changes) {
            switch (change) {
                case VariableChange.Write write -> change(write, file -> write(file, write.variable()));
                case VariableChange.Enrol enrol ->
                    throw new UefiException(
                            "the firmware changes " + enrol.name()
                                    + " only with a signature: write its .auth file with efi-updatevar, or enroll in its setup");
                case VariableChange.Delete delete -> change(delete, Files::deleteIfExists);
            }
        }
    }

    /** What is done to the file of one variable. */
    private interface FileChange {
        void make(Path file) throws IOException;
    }

    private void change(VariableChange change, FileChange how) throws IOException {
        Path file = file(change.vendor(), change.name());
        boolean immutable = Files.exists(file) && ImmutableFlag.isSet(file);
        try {
            if (immutable) {
                ImmutableFlag.set(file, false);
            }
            how.make(file);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (IOException e) {
            throw new UefiException("the EFI variable " + change.name() + " could not be changed: " + reason(e));
        } finally {
            if (immutable && Files.exists(file)) {
                ImmutableFlag.set(file, true);
            }
        }
    }

    /** The kernel's reason; the file system's exceptions have the file's name before it. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }

    private void write(Path file, EfiVariable variable) throws IOException {
        ByteBuffer content = ByteBuffer.allocateDirect(
                        ATTRIBUTES + variable.data().length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(variable.attributes())
                .put(variable.data().buffer())
                .flip();
        int size = content.remaining();
        // No TRUNCATE_EXISTING: kernels differ in what an empty variable means between the open and the write.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            int written = channel.write(content);
            if (written != size) {
                throw new UefiException("one write of " + size + " bytes is wanted, but the kernel took " + written
                        + ": is efivarfs mounted at " + directory + "?");
            }
        }
    }

    private Path file(EfiGuid vendor, String name) {
        return directory.resolve(name.replace('/', '!') + "-" + vendor);
    }

    private static Optional<EfiGuid> guid(String text) {
        try {
            return Optional.of(EfiGuid.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<EfiVariable> read(Path file, EfiGuid vendor, String name) throws IOException {
        ByteBuffer content;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > MAX_SIZE) {
                throw new UefiException("the EFI variable " + name + " has " + size + " bytes, more than " + MAX_SIZE);
            }
            // One byte more shows the end without a further read, which the kernel would pass on to the firmware.
            content = ByteBuffer.allocate((int) size + 1);
            int count;
            do {
                count = channel.read(content);
            } while (count > 0 && content.position() < size);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        content.flip().order(ByteOrder.LITTLE_ENDIAN);
        if (!content.hasRemaining()) {
            // Created, but never written.
            return Optional.empty();
        }
        if (content.remaining() < ATTRIBUTES) {
            throw new UefiException(file + " begins with 4 bytes of attributes, but has " + content.remaining());
        }
        int attributes = content.getInt();
        return Optional.of(new EfiVariable(vendor, name, attributes, Bytes.take(content, content.remaining())));
    }
}
