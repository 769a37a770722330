# Seals a secret for who holds the UKI's key, unless the second disk has one; then tries to open it.
key=/run/systemd/tpm2-pcr-public-key.pem
say "pcr11 $(tr '[:upper:]' '[:lower:]' </sys/class/tpm/tpm0/pcr-sha256/11)"
head -c 65536 /dev/vdb | tr -d '\0' >/run/sealed
if [ ! -s /run/sealed ]; then
    printf 'open sesame' | systemd-creds encrypt --name=e2e --with-key=tpm2-with-public-key --tpm2-public-key=$key --tpm2-pcrs= \
        - /run/sealed 2>/run/error || say "not sealed: $(tail -n 1 /run/error)"
    dd if=/run/sealed of=/dev/vdb conv=fsync,notrunc status=none
    say "secret sealed"
fi
if secret=$(systemd-creds decrypt --name=e2e /run/sealed - 2>/run/error); then
    say "secret is $secret"
else
    say "secret refused: $(tail -n 1 /run/error)"
fi
