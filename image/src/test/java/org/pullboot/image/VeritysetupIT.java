package org.pullboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What veritysetup writes is what we read, field by field as it says itself. */
final class VeritysetupIT {
    private static final Pattern LINE = Pattern.compile("(?m)^([A-Z][A-Za-z ]+):\\s+(.+)$");

    @TempDir
    private Path temp;

    @Test
    void everyKindOfTreeIsReadAsVeritysetupDumpsIt() throws Exception {
        String[] kinds = {
            "",
            "--hash=sha512 --salt=-",
            "--hash=sha1 --data-block-size=1024 --hash-block-size=512 --salt=" + "5a".repeat(256),
            "--format=0 --data-block-size=512 --hash-block-size=4096 --salt=00ff --data-blocks=100",
        };
        for (String kind : kinds) {
            String said = Tools.shell(
                    temp,
                    "truncate -s 1M data; rm -f tree; veritysetup format " + kind
                            + " data tree; veritysetup dump tree");
            Map<String, String> fields = LINE.matcher(said)
                    .results()
                    .collect(Collectors.toMap(
                            found -> found.group(1), found -> found.group(2).strip(), (first, last) -> last));

            VeritySuperblock superblock;
            try (FileChannel tree = FileChannel.open(temp.resolve("tree"))) {
                superblock = VeritySuperblock.read(tree);
            }

            assertThat(superblock)
                    .as(said)
                    .isEqualTo(new VeritySuperblock(
                            Integer.parseInt(fields.getOrDefault("Hash type", "")),
                            UUID.fromString(fields.getOrDefault("UUID", "")),
                            fields.getOrDefault("Hash algorithm", ""),
                            blockBytes(fields.getOrDefault("Data block size", "")),
                            blockBytes(fields.getOrDefault("Hash block size", "")),
                            Long.parseLong(fields.getOrDefault("Data blocks", "")),
                            fields.getOrDefault("Salt", "").equals("-") ? "" : fields.getOrDefault("Salt", "")));
            assertThat(superblock.rootHashBytes())
                    .isEqualTo(
                            RootHash.parse(fields.getOrDefault("Root hash", "")).bytes());
        }
    }

    private static int blockBytes(String said) {
        return Integer.parseInt(said.replaceFirst(" .*", ""));
    }
}
