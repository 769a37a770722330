package org.pullboot.uki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pullboot.uefi.AuthenticatedVariable;
import org.pullboot.uefi.EfiGuid;
import org.pullboot.uefi.EfiTime;
import org.pullboot.uefi.SignatureList;

/**
 * The keys of one's own Secure Boot and PCR policies, and the files by which a machine is told of them. Of PK, KEK and db there
 * are NAME.key and NAME.crt in PEM, NAME.der, NAME.esl (EFI_SIGNATURE_LIST) and NAME.auth (signed for SetVariable: PK and KEK by
 * PK, db by KEK); beside them pcr.key, pcr.pub and owner.guid.
 */
public final class KeySet {
    private static final List<String> NAMES = List.of("PK", "KEK", "db");
    private static final Set<Integer> SIZES = Set.of(2048, 3072, 4096);
    private static final String FOR_OWNER = "rw-------";
    private static final String FOR_ALL = "rw-r--r--";

    private final Request request;
    private final Map<String, byte[]> secrets = new TreeMap<>();
    private final Map<String, byte[]> files = new TreeMap<>();

    /**
     * What keys shall be made.
     *
     * @param commonName of the certificates, to which the name of the variable is added
     * @param bits 2048, 3072 or 4096
     * @param from when the certificates begin to be valid, and the time by which firmware knows a later change from an earlier
     * @param validity for how long from then
     * @param owner stands beside each certificate in the firmware's variables
     */
    public record Request(String commonName, int bits, Instant from, Duration validity, EfiGuid owner) {
        private static final int MAX_NAME = 64;

        /**
         * Checks.
         *
         * @throws IllegalArgumentException when the name is too long for a certificate, or there are no keys of that size
         */
        public Request {
            if (commonName.isBlank() || (commonName + " KEK").length() > MAX_NAME) {
                throw new IllegalArgumentException("a certificate has a name of at most " + MAX_NAME
                        + " characters, \" KEK\" included, not '" + commonName + "'");
            }
            if (!SIZES.contains(bits)) {
                throw new IllegalArgumentException("a key has 2048, 3072 or 4096 bits, not " + bits);
            }
        }
    }

    private KeySet(Request request) {
        this.request = request;
    }

    /**
     * Makes the keys and writes the files; the private keys are for their owner alone, and so is the directory if it is new.
     *
     * @param directory made if it is not there
     * @return the names of the files
     * @throws FileAlreadyExistsException when there is one of the files already; then none is written
     * @throws KeyException when no key can be made
     * @throws IOException when a file cannot be written
     */
    public static List<String> generate(Path directory, Request request) throws IOException {
        KeySet set = new KeySet(request);
        set.checkFree(directory);
        set.make();
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Map.Entry<String, byte[]> secret : set.secrets.entrySet()) {
            write(directory.resolve(secret.getKey()), secret.getValue(), FOR_OWNER);
        }
        for (Map.Entry<String, byte[]> file : set.files.entrySet()) {
            write(directory.resolve(file.getKey()), file.getValue(), FOR_ALL);
        }
        Map<String, byte[]> all = new TreeMap<>(set.secrets);
        all.putAll(set.files);
        return List.copyOf(all.keySet());
    }

    private void checkFree(Path directory) throws IOException {
        for (String name : NAMES) {
            for (String ending : List.of(".key", ".crt", ".der", ".esl", ".auth")) {
                checkFree(directory, name + ending);
            }
        }
        for (String name : List.of("pcr.key", "pcr.pub", "owner.guid")) {
            checkFree(directory, name);
        }
    }

    private static void checkFree(Path directory, String name) throws FileAlreadyExistsException {
        Path file = directory.resolve(name);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
    }

    private void make() throws KeyException {
        SigningKey platform = generate("PK");
        SigningKey exchange = generate("KEK");
        try {
            add("PK", platform, platform);
            add("KEK", exchange, platform);
            add("db", generate("db"), exchange);
        } catch (CertificateEncodingException e) {
            throw new KeyException("a certificate cannot be written: " + e.getMessage(), e);
        }
        SigningKey pcr = SelfSigned.generate(request.commonName(), request.bits(), request.from(), request.validity());
        secrets.put("pcr.key", pcr.toPem());
        files.put("pcr.pub", text(KeyFiles.pem(pcr.publicKey())));
        files.put("owner.guid", text(request.owner() + "\n"));
    }

    private SigningKey generate(String name) throws KeyException {
        return SelfSigned.generate(
                request.commonName() + " " + name, request.bits(), request.from(), request.validity());
    }

    private void add(String name, SigningKey key, SigningKey signer) throws KeyException, CertificateEncodingException {
        byte[] der = key.certificates().getFirst().getEncoded();
        byte[] list = SignatureList.x509(request.owner(), der).encode();
        EfiGuid vendor = name.equals("db") ? EfiGuid.SECURITY_DATABASE : EfiGuid.GLOBAL;
        EfiTime time = EfiTime.of(request.from());
        byte[] toBeSigned =
                AuthenticatedVariable.toBeSigned(name, vendor, AuthenticatedVariable.ATTRIBUTES, time, list);
        X509Certificate certificate = signer.certificates().getFirst();
        byte[] signature = new Pkcs7(signer, certificate, List.of()).detached(toBeSigned);
        secrets.put(name + ".key", key.toPem());
        files.put(name + ".crt", text(KeyFiles.pem("CERTIFICATE", der)));
        files.put(name + ".der", der);
        files.put(name + ".esl", list);
        files.put(name + ".auth", AuthenticatedVariable.wrap(time, signature, list));
    }

    /** Never in place of another file, and from the start with the permissions that it shall have. */
    private static void write(Path file, byte[] content, String permissions) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
