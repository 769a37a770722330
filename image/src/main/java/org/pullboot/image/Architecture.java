package org.pullboot.image;

import java.util.Locale;
import java.util.UUID;

/** A processor architecture that images are made for, with the partition types that belong to it. */
public enum Architecture {
    X86_64(
            "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
            "8484680c-9521-48c6-9c11-b0720656f69e",
            "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5",
            "77ff5f63-e7b6-4633-acf4-1565b864c0e6",
            "41092b05-9fc8-4523-994f-2def0408b176",
            "e7bb33fb-06cf-4e81-8273-e543b413e2e2"),
    ARM64(
            "b921b045-1df0-41c3-af44-4c6f280d3fae",
            "b0e01050-ee5f-4390-949a-9101b17104e9",
            "df3300ce-d69f-4c92-978c-9bfb0f38d820",
            "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e",
            "6db69de6-29f4-4758-a7a5-962190f00ce3",
            "c23ce4ff-44bd-4b00-b2d4-b41b3419e02a"),
    RISCV64(
            "72ec70a6-cf74-40e6-bd49-4bda08e8f224",
            "beaec34b-8442-439b-a40b-984381ed097d",
            "b6ed5582-440b-4209-b8da-5ff7c419ea3d",
            "8f1056be-9b05-47c4-81d6-be53128e5b54",
            "efe0f087-ea8d-4469-821a-4c2a96a8386a",
            "d2f9000a-7a18-453f-b5cd-4d32f77a7b32");

    private final UUID root;
    private final UUID usr;
    private final UUID rootVerity;
    private final UUID usrVerity;
    private final UUID rootVeritySignature;
    private final UUID usrVeritySignature;

    Architecture(
            String root,
            String usr,
            String rootVerity,
            String usrVerity,
            String rootVeritySignature,
            String usrVeritySignature) {
        this.root = UUID.fromString(root);
        this.usr = UUID.fromString(usr);
        this.rootVerity = UUID.fromString(rootVerity);
        this.usrVerity = UUID.fromString(usrVerity);
        this.rootVeritySignature = UUID.fromString(rootVeritySignature);
        this.usrVeritySignature = UUID.fromString(usrVeritySignature);
    }

    /** The type of a partition that holds a root file system. */
    public UUID root() {
        return root;
    }

    /** The type of a partition that holds {@code /usr}. */
    public UUID usr() {
        return usr;
    }

    /** The type of a partition that holds the dm-verity data of a root file system. */
    public UUID rootVerity() {
        return rootVerity;
    }

    /** The type of a partition that holds the dm-verity data of {@code /usr}. */
    public UUID usrVerity() {
        return usrVerity;
    }

    /** The type of a partition that holds a signature of a root file system's root hash. */
    public UUID rootVeritySignature() {
        return rootVeritySignature;
    }

    /** The type of a partition that holds a signature of the root hash of {@code /usr}. */
    public UUID usrVeritySignature() {
        return usrVeritySignature;
    }

    /**
     * The architecture of the machine that this runs on.
     *
     * @throws IllegalStateException when it is none of these
     */
    public static Architecture current() {
        String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> ARM64;
            case "riscv64" -> RISCV64;
            default -> throw new IllegalStateException("Pullboot does not know the architecture " + name);
        };
    }
}
