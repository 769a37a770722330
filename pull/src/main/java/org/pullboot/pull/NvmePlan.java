package org.pullboot.pull;

import org.jspecify.annotations.Nullable;

/**
 * What a plan says of an NVMe/TCP root, its {@code nvme.*} keys (docs/PROTOCOL.md, Plan). What it does not say is null,
 * or 0. Its text form never shows the secrets.
 *
 * @param address {@code nvme.traddr}: an IP address, a host name, or {@link NvmeRoot#BOOT_ORIGIN}
 * @param port {@code nvme.trsvcid}: its TCP port
 * @param subsystem {@code nvme.subnqn}
 * @param hostNqn {@code nvme.hostnqn}
 * @param hostId {@code nvme.hostid}: a UUID
 * @param secret {@code nvme.dhchap-secret}: proves this machine to the subsystem, {@code DHHC-1:HH:BASE64:}
 * @param controllerSecret {@code nvme.dhchap-ctrl-secret}: proves the subsystem to this machine
 * @param namespace {@code nvme.nsid}: the namespace that holds the root
 * @param dataNamespace {@code nvme.data-nsid}: the namespace that is this machine's own data
 */
public record NvmePlan(
        @Nullable String address,
        int port,
        @Nullable String subsystem,
        @Nullable String hostNqn,
        @Nullable String hostId,
        @Nullable String secret,
        @Nullable String controllerSecret,
        int namespace,
        int dataNamespace) {
    /** A plan that says nothing. */
    public static final NvmePlan NONE = new NvmePlan(null, 0, null, null, null, null, null, 0, 0);

    /** A plan that says where the subsystem is. */
    public static NvmePlan of(String address, int port, String subsystem) {
        return new NvmePlan(address, port, subsystem, null, null, null, null, 0, 0);
    }

    /** The same plan, that also says who the machine is. */
    public NvmePlan as(NvmeHost host) {
        return new NvmePlan(
                address, port, subsystem, host.nqn(), host.id(), secret, controllerSecret, namespace, dataNamespace);
    }

    /** The same plan with secrets; {@code controllerSecret} is null when only the machine proves itself. */
    public NvmePlan with(String secret, @Nullable String controllerSecret) {
        return new NvmePlan(
                address, port, subsystem, hostNqn, hostId, secret, controllerSecret, namespace, dataNamespace);
    }

    /** The same plan, with a second namespace for data. */
    public NvmePlan withData(int dataNamespace) {
        return new NvmePlan(
                address, port, subsystem, hostNqn, hostId, secret, controllerSecret, namespace, dataNamespace);
    }

    /**
     * The same plan with what one more line says; keys it does not know are looked over.
     *
     * @param key without its {@code nvme.}
     * @throws PullException when the value is not what its key needs
     */
    NvmePlan set(String key, String value) throws PullException {
        return switch (key) {
            case "traddr" -> {
                check(NvmeText.isAddress(value), key, value, "an address");
                yield new NvmePlan(
                        value, port, subsystem, hostNqn, hostId, secret, controllerSecret, namespace, dataNamespace);
            }
            case "trsvcid" -> {
                int number = NvmeText.port(value);
                check(number > 0, key, value, "a TCP port");
                yield new NvmePlan(
                        address,
                        number,
                        subsystem,
                        hostNqn,
                        hostId,
                        secret,
                        controllerSecret,
                        namespace,
                        dataNamespace);
            }
            case "subnqn" -> {
                check(NvmeText.isNqn(value), key, value, "an NVMe qualified name");
                yield new NvmePlan(
                        address, port, value, hostNqn, hostId, secret, controllerSecret, namespace, dataNamespace);
            }
            case "hostnqn" -> {
                check(NvmeText.isNqn(value), key, value, "an NVMe qualified name");
                yield new NvmePlan(
                        address, port, subsystem, value, hostId, secret, controllerSecret, namespace, dataNamespace);
            }
            case "hostid" -> {
                check(NvmeText.isUuid(value), key, value, "a UUID");
                yield new NvmePlan(
                        address, port, subsystem, hostNqn, value, secret, controllerSecret, namespace, dataNamespace);
            }
            case "dhchap-secret" -> {
                check(NvmeText.isSecret(value), key, null, "a DHHC-1 secret");
                yield with(value, controllerSecret);
            }
            case "dhchap-ctrl-secret" -> {
                check(NvmeText.isSecret(value), key, null, "a DHHC-1 secret");
                yield new NvmePlan(address, port, subsystem, hostNqn, hostId, secret, value, namespace, dataNamespace);
            }
            case "nsid" ->
                new NvmePlan(
                        address,
                        port,
                        subsystem,
                        hostNqn,
                        hostId,
                        secret,
                        controllerSecret,
                        namespace(key, value),
                        dataNamespace);
            case "data-nsid" -> withData(namespace(key, value));
            default -> this;
        };
    }

    private static int namespace(String key, String value) throws PullException {
        long number = Numbers.parse(value);
        check(number > 0 && number <= Integer.MAX_VALUE, key, value, "a namespace's number");
        return (int) number;
    }

    /** A secret's value is null here, so that it is in no message. */
    private static void check(boolean good, String key, @Nullable String value, String wanted) throws PullException {
        if (!good) {
            throw new PullException("the boot plan's nvme." + key
                    + (value == null ? "" : " '" + Text.shown(value) + "'") + " is not " + wanted);
        }
    }

    /** The lines of a plan that say this, secrets and all. */
    String lines() {
        StringBuilder text = new StringBuilder();
        line(text, "traddr", address);
        line(text, "trsvcid", number(port));
        line(text, "subnqn", subsystem);
        line(text, "hostnqn", hostNqn);
        line(text, "hostid", hostId);
        line(text, "dhchap-secret", secret);
        line(text, "dhchap-ctrl-secret", controllerSecret);
        line(text, "nsid", number(namespace));
        line(text, "data-nsid", number(dataNamespace));
        return text.toString();
    }

    private static @Nullable String number(int number) {
        return number == 0 ? null : Integer.toString(number);
    }

    private static void line(StringBuilder text, String key, @Nullable String value) {
        if (value != null) {
            text.append("nvme.").append(key).append('=').append(value).append('\n');
        }
    }

    @Override
    public String toString() {
        return "NvmePlan[" + subsystem + " at " + address + " port " + port + " for " + hostNqn
                + (secret == null ? "" : ", with a secret") + "]";
    }
}
