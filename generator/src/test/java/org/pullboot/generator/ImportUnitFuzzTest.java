package org.pullboot.generator;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullOutcome;

/** Whatever an expression holds, its unit runs one pull of exactly that, and no line of it is another's. */
final class ImportUnitFuzzTest {
    /** How many keys a unit has at the most. */
    private static final int MOST = 20;

    private static final SystemUnits NONE = new SystemUnits(Path.of("/nonexistent"));

    @FuzzTest(maxDuration = "5s")
    void theUnitAsksForWhatTheExpressionSays(FuzzedDataProvider data) throws IOException {
        boolean initrd = data.consumeBoolean();
        String text = data.consumeRemainingAsString();
        if (!(PullExpression.read(text, null, initrd) instanceof PullOutcome.Accepted(PullExpression asked, var _))) {
            return;
        }
        Transfer transfer;
        try {
            transfer = Transfer.of(asked);
        } catch (GeneratorException tooLong) {
            return;
        }
        String unit = new ImportUnit(transfer, NONE, initrd).text("/usr/bin/pullboot", new Actions("", ""));
        ParsedUnit parsed = ParsedUnit.of(unit);
        PullExpression understood = PullExpression.parse(parsed.command().getLast(), null, false);
        if (!understood.url().equals(asked.url())
                || !understood.destination().equals(asked.destination())
                || understood.readOnly() != asked.readOnly()
                || understood.verification() != asked.verification()) {
            throw new AssertionError(asked + " became " + understood + " through " + unit);
        }
        if (parsed.settings().getOrDefault("ExecStart", List.of()).size() != 1
                || parsed.settings().size() > MOST) {
            throw new AssertionError("settings of somebody else's: " + unit);
        }
    }
}
