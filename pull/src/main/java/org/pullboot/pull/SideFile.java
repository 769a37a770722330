package org.pullboot.pull;

import java.util.EnumSet;
import java.util.Set;

/** The small files that may stand beside an image and are installed with it, as systemd-importd(8) does it. */
public enum SideFile {
    /** Settings of systemd-nspawn(1), systemd.nspawn(5). */
    SETTINGS(".nspawn"),
    /** The dm-verity root hash of a raw image. */
    ROOT_HASH(".roothash"),
    /** The signature of that hash, PKCS#7 in DER. */
    ROOT_HASH_SIGNATURE(".roothash.p7s"),
    /** The dm-verity hash tree of a raw image. */
    VERITY(".verity");

    /** The most bytes that one may have. */
    public static final int MAX_BYTES = 1 << 20;

    private final String suffix;

    SideFile(String suffix) {
        this.suffix = suffix;
    }

    /** What its name has after the image's name without the suffixes of its type, as in ".roothash". */
    public String suffix() {
        return suffix;
    }

    /** Those that images of a type and class may have: settings only machines, the rest only raw images. */
    public static Set<SideFile> of(PullType type, ImageClass imageClass) {
        Set<SideFile> files = EnumSet.noneOf(SideFile.class);
        if (imageClass == ImageClass.MACHINE) {
            files.add(SETTINGS);
        }
        if (type == PullType.RAW) {
            files.add(ROOT_HASH);
            files.add(ROOT_HASH_SIGNATURE);
            files.add(VERITY);
        }
        return files;
    }
}
