# Makes keys and signatures of every kind with gpg, in the directory that is its argument.
set -eu
cd "$1"
export GNUPGHOME=$PWD/home
mkdir -m 700 home
then=20200101T000000
printf '%s\n' "0000000000000000000000000000000000000000000000000000000000000000 *os.raw" \
    "1111111111111111111111111111111111111111111111111111111111111111 *- dashed  " >SHA256SUMS

g() { gpg --batch --quiet --yes --pinentry-mode loopback --passphrase '' "$@" 2>>log; }
make() { name=$1 && shift && g "$@" --quick-gen-key "$name" "$kind" "${usage:-sign}" "${expire:-never}" && g --output "$name.pgp" --export "=$name"; }
detach() { name=$1 && shift && g --local-user "=$name" "$@" --output "$name.sig" --detach-sign SHA256SUMS; }

for kind in rsa2048 rsa3072 ed25519 nistp256 nistp384 nistp521 rsa1024 dsa2048 brainpoolP256r1; do
    make "$kind"
    detach "$kind"
done
# In a form of its own that is not in RFC 9580.
kind=ed448
make ed448 --compliance=gnupg
detach ed448

kind=ed25519
make other
for digest in SHA1 RIPEMD160 SHA224 SHA384; do
    g --local-user =rsa3072 --digest-algo "$digest" --output "$digest.sig" --detach-sign SHA256SUMS
done

usage=cert make subkey
fingerprint() { g --with-colons --list-keys "=$1" | sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p' | head -n 1; }
g --quick-add-key "$(fingerprint subkey)" ed25519 sign never
g --output subkey.pgp --export =subkey
detach subkey

expire=1y make expired --faked-system-time $then
detach expired --faked-system-time $then
make old --faked-system-time $then
g --faked-system-time $then --local-user =old --default-sig-expire 1w --output old.sig --detach-sign SHA256SUMS
g --faked-system-time 20990101T000000 --local-user =old --output future.sig --detach-sign SHA256SUMS

make revoked
detach revoked
sed 's/^:-----/-----/' "home/openpgp-revocs.d/$(fingerprint revoked).rev" | g --import
g --output revoked.pgp --export =revoked

usage=cert make revokedsub
g --quick-add-key "$(fingerprint revokedsub)" ed25519 sign never
detach revokedsub
printf '%s\n' 'key 1' revkey y 1 '' y save | gpg --quiet --pinentry-mode loopback --passphrase '' --command-fd 0 --status-fd 2 --no-tty \
    --edit-key "=revokedsub" >>log 2>&1
g --output revokedsub.pgp --export =revokedsub

g --local-user =ed25519 --armor --output armored.sig --detach-sign SHA256SUMS
g --local-user =ed25519 --textmode --output text.sig --detach-sign SHA256SUMS
g --local-user =ed25519 --output clear.sig --clear-sign SHA256SUMS
for compression in none zip zlib bzip2; do
    g --local-user =ed25519 --compress-algo "$compression" --output "$compression.sig" --sign SHA256SUMS
done
g --local-user =ed25519 --local-user =other --output both.sig --detach-sign SHA256SUMS
g --output all.pgp --export
g --armor --output all.asc --export
cp home/pubring.kbx all.kbx
g --armor --output rsa3072.key --export-secret-keys =rsa3072
gpg --batch --quiet --pinentry-mode loopback --passphrase secret --quick-gen-key locked ed25519 sign never 2>>log
gpg --batch --quiet --pinentry-mode loopback --passphrase secret --output locked.key --export-secret-keys =locked 2>>log
g --output locked.pgp --export =locked

# What gpg itself says, as systemd asks it.
sed 's/os/xx/' SHA256SUMS >changed
verdict() { gpg --batch --no-auto-key-retrieve --trust-model=always --no-default-keyring --keyring "$PWD/$2" --verify "$1" "${3:-SHA256SUMS}" 2>>log && echo "$1 $2 ${3:-SHA256SUMS} good" || echo "$1 $2 ${3:-SHA256SUMS} bad"; }
while read -r signature keyring file; do verdict "$signature" "$keyring" "$file"; done <cases >verdicts
gpgconf --kill all
