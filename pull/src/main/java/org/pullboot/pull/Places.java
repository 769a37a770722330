package org.pullboot.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where files come from: http, https, and this machine's own files. */
final class Places {
    private final Http http;

    Places(Http http) {
        this.http = http;
    }

    /**
     * Asks for a file from an offset on.
     *
     * @param validator as in {@link Http#get}
     * @throws Fault when it is not to be had
     */
    Answer get(String url, long from, @Nullable String validator) throws Fault {
        return Urls.isFile(url) ? file(url) : http.get(url, from, validator);
    }

    /**
     * Asks whether what was kept of a file is still the same, else for the file.
     *
     * @throws Fault when it is not to be had
     */
    Answer get(String url, KeptDownload kept) throws Fault {
        return Urls.isFile(url) ? file(url) : http.get(url, kept);
    }

    private static Answer file(String url) throws Fault {
        try {
            Path path = Path.of(path(url));
            if (!Files.isRegularFile(path) && Files.exists(path)) {
                throw new Fault(Fault.Kind.REFUSED, "it is no regular file");
            }
            return Answer.of(
                    url,
                    Files.newInputStream(path),
                    Files.size(path),
                    Files.getLastModifiedTime(path).toMillis());
        } catch (NoSuchFileException e) {
            throw new Fault(Fault.Kind.MISSING, "there is no such file", e);
        } catch (Fault e) {
            throw e;
        } catch (IOException | InvalidPathException e) {
            throw new Fault(Fault.Kind.REFUSED, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /** The path of {@code file:/path}, {@code file:///path} or {@code file://host/path}; the host does not matter. */
    private static String path(String url) throws PullException {
        int start = "file:".length();
        if (url.startsWith("//", start)) {
            start = Math.max(url.indexOf('/', start + 2), start);
        }
        return Percent.decode(url.substring(start));
    }
}
