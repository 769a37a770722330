package org.pullboot.agent;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.pullboot.linux.LinkAddress;
import org.pullboot.pull.KernelCommandLine;

/**
 * Brings the network of its namespace up by a kernel command line, as a process of its own so that the JVM meets an
 * unconfigured machine as in an initrd. Prints what happened line by line; exits 0 with a connection, 1 without.
 *
 * <p>Arguments: the command line; names to look up afterwards.
 */
final class NetworkProbe {
    private NetworkProbe() {}

    public static void main(String[] arguments) throws Exception {
        Network.setLoopbackUp();
        Network network = new Network(
                Path.of("/etc/resolv.conf"),
                Path.of("/proc/sys/net/ipv6/conf"),
                line -> System.out.println("message " + line));
        try {
            NetworkConfiguration configuration = NetworkConfiguration.of(KernelCommandLine.parse(arguments[0]));
            for (String argument : List.of(arguments).subList(1, arguments.length)) {
                if (argument.startsWith("server=")) {
                    configuration = configuration.withServer(InetAddress.ofLiteral(argument.substring(7)));
                } else if (argument.startsWith("reach=")) {
                    // Nothing listens there, so a server that is reached refuses.
                    configuration = configuration.withServer(InetAddress.ofLiteral(argument.substring(6)), 9);
                }
            }
            Connection connection = network.bringUp(configuration);
            print(connection);
            for (String argument : List.of(arguments).subList(1, arguments.length)) {
                lookUp(argument);
            }
            if (List.of(arguments).contains("release")) {
                Network.release(connection);
            }
        } catch (NetworkException failed) {
            System.out.println("failed " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void print(Connection connection) {
        System.out.println("link " + connection.link());
        System.out.println("mac " + connection.mac());
        for (LinkAddress address : connection.addresses()) {
            System.out.println("address " + address);
        }
        System.out.println("gateway "
                + (connection.gateway() == null ? "" : connection.gateway().getHostAddress()));
        for (InetAddress server : connection.nameservers()) {
            System.out.println("dns " + server.getHostAddress());
        }
        System.out.println("search " + String.join(" ", connection.searchDomains()));
        System.out.println("host " + connection.hostName());
        System.out.println("file " + connection.bootFile());
        System.out.println("how " + connection.how());
    }

    private static void lookUp(String argument) throws Exception {
        int equals = argument.indexOf('=');
        if (equals > 0) {
            InetAddress server = InetAddress.ofLiteral(argument.substring(equals + 1));
            System.out.println("reaches by " + Network.linkTo(server).name());
        } else if (argument.contains(".")) {
            System.out.println(
                    "found " + argument + " " + InetAddress.getByName(argument).getHostAddress());
        }
    }
}
