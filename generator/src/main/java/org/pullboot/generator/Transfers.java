package org.pullboot.generator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullOutcome;

/** Collects what is to be pulled: one transfer for each place that an image has, the first that asks for it. */
final class Transfers {
    private final Surroundings machine;
    private final GeneratorLog log;
    private final Map<String, Transfer> transfers = new LinkedHashMap<>();
    private @Nullable Origin origin;
    private boolean failed;

    Transfers(Surroundings machine, GeneratorLog log) {
        this.machine = machine;
        this.log = log;
    }

    /** Reads the kernel's command line, then the credential. */
    void collect() {
        String key = machine.prefix() + "systemd.pull";
        for (String word : machine.commandLine().words()) {
            if (word.replace('-', '_').equals(key)) {
                log.warning(key + " is given without an expression and looked over: write " + key
                        + "=OPTIONS:LOCAL:REMOTE");
            }
        }
        machine.commandLine().values(key).forEach(this::add);
        try {
            Credential.expressions(machine).forEach(this::add);
        } catch (IOException e) {
            log.error(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void add(String text) {
        PullOutcome outcome = PullExpression.read(text, origin(text), machine.initrd());
        outcome.warnings().forEach(log::warning);
        switch (outcome) {
            case PullOutcome.Accepted(PullExpression expression, var _) -> add(expression);
            case PullOutcome.Skipped(String reason, var _) -> skip(reason);
            case PullOutcome.Refused(String reason, var _) -> log.error(reason);
        }
    }

    private void add(PullExpression expression) {
        try {
            Transfer transfer = Transfer.of(expression);
            Transfer first = transfers.putIfAbsent(transfer.unit(), transfer);
            if (first != null && !first.words().equals(transfer.words())) {
                log.error("two pull expressions are for " + expression.destination()
                        + " and only the first is heeded: give one of them another local name");
            }
        } catch (GeneratorException e) {
            failed = true;
            log.error(String.valueOf(e.getMessage()));
        }
    }

    private void skip(String reason) {
        String trouble = origin == null ? null : origin.trouble();
        if (trouble == null) {
            log.info(reason);
        } else {
            log.error(trouble);
        }
    }

    /** The firmware is asked once, and only when somebody wants to know. */
    private @Nullable BootOrigin origin(String text) {
        if (!text.contains("bootorigin")) {
            return null;
        }
        if (origin == null) {
            origin = Origin.of(machine.root());
        }
        return origin.known().orElse(null);
    }

    List<Transfer> list() {
        return new ArrayList<>(transfers.values());
    }

    /** Whether something that was asked for, and understood, cannot be. */
    boolean failed() {
        return failed;
    }
}
