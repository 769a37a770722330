package org.pullboot.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.pullboot.initrd.InitrdRequest;

/** Serves from a shell, for measurements without the command line: {@code PORT STATE CACHE PATH…}. */
final class ServeMain {
    private ServeMain() {}

    public static void main(String[] arguments) throws Exception {
        List<Path> paths = Arrays.stream(arguments).skip(3).map(Path::of).toList();
        ServeOptions options = new ServeOptions(
                paths,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
                null,
                Path.of(arguments[1]),
                Path.of(arguments[2]),
                null,
                null,
                null,
                "",
                InitrdRequest.DEFAULT_LEVEL,
                ServerLimits.defaults());
        try (BootService service = BootService.start(options, event -> System.out.println(event))) {
            System.out.println(service.url());
            Thread.currentThread().join();
        }
    }
}
