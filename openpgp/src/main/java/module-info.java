/** OpenPGP signatures of checksum lists: checked against a keyring, made with a key. */
module org.pullboot.openpgp {
    requires static org.jspecify;
    requires org.bouncycastle.pg;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.util;
    requires transitive org.pullboot.pull;

    exports org.pullboot.openpgp;
}
