# pull-keys.sh DIR: makes three keys in DIR/keys, of which the second is not in the keyring trusted.pgp and the third has expired,
# and signs every DIR/sign/NAME.KEY.FORM, KEY one of trusted, other and expired, FORM asc, gpg (both detached) or clear.
set -eu
cd "$1"
mkdir -p keys
chmod 700 keys
gpg() { command gpg --homedir "$PWD/keys" --batch --quiet --passphrase '' --pinentry-mode loopback "$@"; }
past=--faked-system-time=20200101T000000
gpg --quick-gen-key trusted@example.org ed25519 sign never
gpg --quick-gen-key other@example.org ed25519 sign never
gpg $past --quick-gen-key expired@example.org ed25519 sign 1d
gpg --export trusted@example.org expired@example.org >keys/trusted.pgp
for list in sign/*.*.*; do
    key=${list%.*} when=
    key=${key##*.}
    [ "$key" != expired ] || when=$past
    case ${list##*.} in
    asc) gpg $when -u "$key@example.org" --armor --detach-sign -o "$list.signed" "$list" ;;
    gpg) gpg $when -u "$key@example.org" --detach-sign -o "$list.signed" "$list" ;;
    clear) gpg $when -u "$key@example.org" --clear-sign -o "$list.signed" "$list" ;;
    esac
done
gpgconf --homedir "$PWD/keys" --kill all
