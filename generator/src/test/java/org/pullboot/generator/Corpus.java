package org.pullboot.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pull expressions, valid and broken; each asks for a place of its own as far as it asks for any. */
final class Corpus {
    private static final String[] OPTIONS = {
        "raw",
        "tar",
        "machine",
        "portable",
        "sysext",
        "confext",
        "ro",
        "rw",
        "verify=no",
        "verify=checksum",
        "verify=signature",
        "verify=sha256",
        "verify=",
        "verify",
        "blockdev",
        "bootorigin",
        "runtime=yes",
        "runtime=no",
        "runtime=1",
        "runtime=off",
        "runtime=perhaps",
        "runtime=",
        "RAW",
        "",
        "nonsense",
        "raw\\,tar",
        " raw"
    };
    private static final String[] LOCALS = {
        "", "name", "a.raw", "A_b-c", "dots..x", "x:y", "x\\:y", "%n", "ü", "with space", "@at", "+", "~", ".hidden"
    };
    private static final String[] BROKEN_LOCALS = {".", "..", "a/b", "/", ".#x", "a\tb", "x\u0001", "\\"};
    private static final String[] REMOTES = {
        "http://h/f.raw.xz",
        "https://h:8443/d/f.tar.zst",
        "http://u:p%40w@h/f.img",
        "http://[fe80::1%25eth0]:80/f.raw",
        "file:/run/f.raw",
        "file:///run/f.tar.gz",
        "http://h/f?x=1&y=2#z",
        "http://h/a,b:c.raw",
        "http://h/%41%25",
        "http://h/d/",
        "http://h//f.tgz//",
        "http://h/${HOME}/$x.raw",
        "http://h/f.sysext.raw.zst",
        "http://h/;f"
    };
    private static final String[] BROKEN_REMOTES = {
        "",
        "http://",
        "https://",
        "HTTP://h/x",
        "ftp://h/x",
        "file:",
        "file:x",
        "h/x",
        "http:/h/x",
        "http://h/b\u00fcro",
        "tftp://h/x",
        " http://h/x"
    };
    private static final String[] NO_NAME = {"http://h/", "http://h", "http://h/?x", "http://h//", "https://h#f"};

    private Corpus() {}

    /** One difference from the valid at a time, and pairs of options. */
    static List<String> systematic() {
        List<String> all = new ArrayList<>();
        int number = 0;
        for (String type : new String[] {"raw", "tar"}) {
            for (String imageClass : new String[] {"machine", "portable", "sysext", "confext"}) {
                for (String verify : new String[] {"", ",verify=no", ",verify=checksum", ",verify=signature"}) {
                    all.add(type + "," + imageClass + verify + ":n" + number++ + ":http://h/x");
                }
            }
        }
        for (String option : OPTIONS) {
            all.add("raw,machine," + option + ":n" + number++ + ":http://h/x");
            all.add(option + ",sysext,tar:n" + number++ + ":http://h/x");
            all.add(option + ":n" + number++ + ":http://h/x");
        }
        for (String local : LOCALS) {
            all.add("raw,machine:" + local + ":http://h/local-" + number++);
            all.add("tar,confext:" + local + ":http://h/local-" + number++);
        }
        for (String local : BROKEN_LOCALS) {
            all.add("raw,machine:" + local + ":http://h/x");
        }
        for (String remote : REMOTES) {
            all.add("raw,machine:n" + number++ + ":" + remote);
            all.add("raw,portable::" + remote.replace("/f", "/f" + number++));
            all.add("tar,sysext::" + remote.replace("/f", "/f" + number++));
        }
        for (String remote : BROKEN_REMOTES) {
            all.add("raw,machine:n" + number++ + ":" + remote);
        }
        for (String remote : NO_NAME) {
            all.add("tar,machine::" + remote);
            all.add("tar,machine:n" + number++ + ":" + remote);
        }
        all.addAll(
                List.of("raw", "raw,machine", "raw,machine:x", ":", "::", ":::", "raw,machine\\", "raw,machine:x\\"));
        return all;
    }

    /** Options, names and URLs put together at random; most are broken in some way. */
    static List<String> random(long seed, int count) {
        Random random = new Random(seed);
        List<String> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                text.append(pick(random, OPTIONS)).append(i == 0 ? "" : ",");
            }
            if (random.nextInt(3) > 0) {
                text.append(",machine,raw");
            }
            boolean broken = random.nextInt(8) == 0;
            text.append(":r")
                    .append(number)
                    .append(pick(random, broken ? BROKEN_LOCALS : LOCALS).replace("x:y", "z"));
            text.append(':').append(pick(random, random.nextInt(8) == 0 ? BROKEN_REMOTES : REMOTES));
            all.add(text.toString());
        }
        return all;
    }

    private static String pick(Random random, String[] words) {
        return words[random.nextInt(words.length)];
    }
}
