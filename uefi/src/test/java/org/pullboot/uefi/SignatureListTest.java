package org.pullboot.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class SignatureListTest {
    static final EfiGuid OWNER = EfiGuid.parse("a0baa8a3-041d-48a8-bc87-c36d121b5e3d");

    /** The dbx that {@code virt-fw-vars --secure-boot} makes. */
    private static final String DBX = "2616c4c14c509240aca941f936934328" + "4c000000" + "00000000" + "30000000"
            + "a3a8baa01d04a848bc87c36d121b5e3d" + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void listOfADigestHasTheBytesOfVirtFwVars() throws UefiException {
        byte[] digest = HexFormat.of().parseHex(DBX.substring(DBX.length() - 64));
        SignatureList list = SignatureList.sha256(OWNER, digest);
        assertThat(list.encode()).isEqualTo(HexFormat.of().parseHex(DBX));
        assertThat(SignatureList.decode(list.encode())).containsExactly(list);
    }

    @Test
    void listsInARowReadBack() throws UefiException {
        SignatureList certificate = SignatureList.x509(OWNER, new byte[] {0x30, 0});
        SignatureList digests = SignatureList.sha256(OWNER, List.of(new byte[32], new byte[32]));
        SignatureList other = new SignatureList(EfiGuid.LOADER, Bytes.ofHex("0102"), certificate.signatures());
        List<SignatureList> lists = List.of(certificate, digests, other);
        assertThat(SignatureList.decode(SignatureList.encode(lists))).isEqualTo(lists);
        assertThat(SignatureList.decode(new byte[0])).isEmpty();
    }

    @Test
    void signaturesOfOneListHaveOneSize() {
        SignatureList.Signature one = new SignatureList.Signature(OWNER, Bytes.ofHex("00"));
        SignatureList.Signature two = new SignatureList.Signature(OWNER, Bytes.ofHex("0000"));
        assertThatThrownBy(() -> new SignatureList(SignatureList.X509, Bytes.EMPTY, List.of(one, two)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SignatureList(SignatureList.X509, Bytes.EMPTY, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignatureList.sha256(OWNER, new byte[31]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contradictingSizesAreRefused() {
        for (String sizes : List.of(
                "4d000000" + "00000000" + "30000000",
                "4c000000" + "00000000" + "31000000",
                "4c000000" + "00000000" + "00000000",
                "4c000000" + "30000000" + "30000000",
                "1c000000" + "00000000" + "10000000",
                "4c000000" + "ffffffff" + "30000000",
                "ffffffff" + "00000000" + "30000000")) {
            byte[] bytes = HexFormat.of().parseHex(DBX.substring(0, 32) + sizes + DBX.substring(56));
            assertThatThrownBy(() -> SignatureList.decode(bytes)).as(sizes).isInstanceOf(UefiException.class);
        }
    }

    @Test
    void damagedListsThrowNothingButTheDeclaredError() {
        long seed = 31;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] golden = HexFormat.of().parseHex(DBX + DBX);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Mutation.of(golden, random);
            try {
                assertThat(SignatureList.encode(SignatureList.decode(bytes))).isEqualTo(bytes);
            } catch (UefiException refused) {
                assertThat(refused).as("seed %d round %d", seed, round).hasMessageNotContaining("null");
            }
        }
    }
}
