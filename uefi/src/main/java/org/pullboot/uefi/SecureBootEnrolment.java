package org.pullboot.uefi;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Puts keys into a variable store file and switches Secure Boot on, as the firmware's setup would: PK, KEK, db and dbx (UEFI
 * 2.10, section 32.3), and SecureBootEnable and CustomMode, which EDK2 keeps for itself. A store gets the same bytes from
 * {@code virt-fw-vars --set-pk --add-kek --add-db --secure-boot}.
 */
public final class SecureBootEnrolment {
    private static final EfiGuid ENABLE = EfiGuid.parse("f0a30bc7-af08-4556-99c4-001009c93a44");
    private static final EfiGuid CUSTOM_MODE = EfiGuid.parse("c076ec0c-7028-4399-a072-71ee5c448b9f");
    private static final int BOOT_ONLY = EfiVariable.NON_VOLATILE | EfiVariable.BOOT_SERVICE_ACCESS;

    /** OVMF's EnrollDefaultKeys: whom a dbx belongs to that revokes nothing but the digest of no bytes at all. */
    private static final EfiGuid OVMF = EfiGuid.parse("a0baa8a3-041d-48a8-bc87-c36d121b5e3d");

    private static final byte[] DIGEST_OF_NOTHING =
            HexFormat.of().parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    private static final int DIGEST = 32;

    /** Earlier than any signed update, so that firmware takes all of them. */
    private static final EfiTime EARLIEST = EfiTime.of(Instant.parse("2010-01-01T00:00:00Z"));

    private final Variables store;
    private final EfiGuid owner;
    private final List<VariableChange> changes = new ArrayList<>();

    private SecureBootEnrolment(Variables store, EfiGuid owner) {
        this.store = store;
        this.owner = owner;
    }

    /**
     * What it takes to have these keys and Secure Boot on.
     *
     * @param store as it is
     * @param keep whether KEK and db keep what they have (Microsoft's certificates, say) beside the new; dbx always does
     * @throws IOException when the store cannot be read, a certificate is none, or there would be no platform key
     */
    public static List<VariableChange> changes(Variables store, SecureBootKeys keys, boolean keep) throws IOException {
        SecureBootEnrolment enrolment = new SecureBootEnrolment(store, keys.owner());
        enrolment.platformKey(keys.pk());
        enrolment.add(EfiGuid.GLOBAL, "KEK", keys.kek(), keep);
        enrolment.add(EfiGuid.SECURITY_DATABASE, "db", keys.db(), keep);
        enrolment.add(EfiGuid.SECURITY_DATABASE, "dbx", keys.dbx(), true);
        enrolment.put(new EfiVariable(ENABLE, "SecureBootEnable", BOOT_ONLY, Bytes.of((byte) 1)));
        enrolment.put(new EfiVariable(CUSTOM_MODE, "CustomMode", BOOT_ONLY, Bytes.of((byte) 0)));
        return List.copyOf(enrolment.changes);
    }

    private void platformKey(List<byte[]> pk) throws IOException {
        if (pk.isEmpty()) {
            if (store.find(EfiGuid.GLOBAL, "PK").isEmpty()) {
                throw new UefiException("without a platform key the firmware trusts everything, and there is none in "
                        + "this store: name one with --pk");
            }
            return;
        }
        List<X509Certificate> certificates = certificates(pk.get(0));
        if (pk.size() > 1 || certificates.size() > 1) {
            throw new UefiException("a machine has one platform key, but there are several");
        }
        enrol(EfiGuid.GLOBAL, "PK", List.of(list(certificates.get(0))), certificates);
    }

    private void add(EfiGuid vendor, String name, List<byte[]> added, boolean keep) throws IOException {
        List<SignatureList> lists = new ArrayList<>();
        Optional<EfiVariable> old = store.find(vendor, name);
        if (old.isPresent() && (keep || added.isEmpty())) {
            lists.addAll(existing(old.get()));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] one : added) {
            if (one.length == DIGEST) {
                addDigest(lists, one);
                continue;
            }
            for (X509Certificate certificate : certificates(one)) {
                SignatureList list = list(certificate);
                if (lists.stream().noneMatch(other -> holds(other, list))) {
                    lists.add(list);
                }
                certificates.add(certificate);
            }
        }
        if (lists.isEmpty() && name.equals("dbx")) {
            lists.add(SignatureList.sha256(OVMF, DIGEST_OF_NOTHING));
        }
        if (!lists.isEmpty()) {
            enrol(vendor, name, lists, certificates);
        }
    }

    private void addDigest(List<SignatureList> lists, byte[] digest) {
        SignatureList added = SignatureList.sha256(owner, digest);
        if (lists.stream().anyMatch(other -> holds(other, added))) {
            return;
        }
        for (int i = 0; i < lists.size(); i++) {
            SignatureList list = lists.get(i);
            if (list.type().equals(SignatureList.SHA256)) {
                List<SignatureList.Signature> all = new ArrayList<>(list.signatures());
                all.addAll(added.signatures());
                lists.set(i, new SignatureList(list.type(), list.header(), all));
                return;
            }
        }
        lists.add(added);
    }

    private void enrol(EfiGuid vendor, String name, List<SignatureList> lists, List<X509Certificate> certificates)
            throws IOException {
        EfiVariable variable =
                new EfiVariable(vendor, name, AuthenticatedVariable.ATTRIBUTES, Bytes.of(SignatureList.encode(lists)));
        if (store.find(vendor, name).filter(variable::equals).isPresent()) {
            return;
        }
        EfiTime time = EARLIEST;
        for (X509Certificate certificate : certificates) {
            EfiTime from = EfiTime.of(certificate.getNotBefore().toInstant());
            time = from.compareTo(time) > 0 ? from : time;
        }
        changes.add(new VariableChange.Enrol(variable, time));
    }

    private void put(EfiVariable variable) throws IOException {
        if (store.find(variable.vendor(), variable.name())
                .filter(variable::equals)
                .isEmpty()) {
            changes.add(new VariableChange.Write(variable));
        }
    }

    private SignatureList list(X509Certificate certificate) throws UefiException {
        try {
            return SignatureList.x509(owner, certificate.getEncoded());
        } catch (CertificateException e) {
            throw new UefiException("a certificate cannot be written as DER: " + e.getMessage());
        }
    }

    private static boolean holds(SignatureList list, SignatureList added) {
        return list.contains(added.type(), added.signatures().get(0).data());
    }

    private static List<SignatureList> existing(EfiVariable variable) throws UefiException {
        try {
            return SignatureList.decode(variable.data().toArray());
        } catch (UefiException e) {
            throw new UefiException("the variable " + variable.name() + " of this store is damaged: " + e.getMessage());
        }
    }

    private static List<X509Certificate> certificates(byte[] file) throws UefiException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(file))) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (CertificateException e) {
            throw new UefiException(
                    "a key to enroll is an X.509 certificate as DER or PEM, but one is not: " + e.getMessage());
        }
        if (certificates.isEmpty()) {
            throw new UefiException("a key to enroll is an X.509 certificate as DER or PEM, but one holds none");
        }
        return certificates;
    }
}
