package org.pullboot.generator;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.pullboot.pull.PullExpression;

/**
 * One image to pull, and the units that are for it.
 *
 * @param expression what was asked for
 * @param unit the name of the unit that pulls it
 * @param loop the name of the unit that attaches it, which only an image with {@code blockdev} needs
 */
record Transfer(PullExpression expression, String unit, String loop) {
    /**
     * @throws GeneratorException when systemd could not load a unit of the name that it would have
     */
    static Transfer of(PullExpression expression) throws GeneratorException {
        Path path;
        try {
            path = expression.destination();
        } catch (InvalidPathException e) {
            throw new GeneratorException("the local name '" + expression.local()
                    + "' has characters that file names cannot have here: set LC_ALL=C.UTF-8 where this is started");
        }
        return new Transfer(
                expression,
                UnitName.of("systemd-import@", path, ".service"),
                UnitName.of("systemd-loop@", path, ".service"));
    }

    /** What {@code pullboot pull} is asked for: the same image, with every default and the boot's origin written out. */
    String words() {
        String local = expression.local().replace("\\", "\\\\").replace(":", "\\:");
        return word(expression.type()) + "," + expression.imageClass().word() + "," + "verify="
                + word(expression.verification()) + "," + (expression.readOnly() ? "ro" : "rw") + ",runtime="
                + (expression.runtime() ? "yes" : "no") + ":" + local + ":" + expression.url();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
