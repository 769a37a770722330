package org.pullboot.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pullboot.pull.BootOrigin;
import org.pullboot.pull.ImageClass;
import org.pullboot.pull.PullExpression;
import org.pullboot.pull.PullOutcome;
import org.pullboot.pull.PullType;

/**
 * The images that the kernel command line asks for, and the one among them that is the root.
 *
 * @param all what can be downloaded, in order
 * @param problems why others cannot, one sentence each
 */
record ImagePulls(List<PullExpression> all, List<String> problems) {
    private static final String ROOT_DISK = "rootdisk";

    /** Copies the lists. */
    ImagePulls {
        all = List.copyOf(all);
        problems = List.copyOf(problems);
    }

    /**
     * Understands every {@code rd.systemd.pull=}.
     *
     * @param expressions their values
     * @param origin where this machine was booted from, if known
     */
    static ImagePulls parse(List<String> expressions, @Nullable BootOrigin origin) {
        List<PullExpression> all = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String text : expressions) {
            PullOutcome outcome = PullExpression.read(text, origin, true);
            problems.addAll(outcome.warnings());
            if (outcome instanceof PullOutcome.Accepted accepted) {
                all.add(accepted.expression());
            } else if (outcome instanceof PullOutcome.Refused refused) {
                problems.add(refused.reason());
            } else if (outcome instanceof PullOutcome.Skipped skipped) {
                problems.add(skipped.reason());
            }
        }
        return new ImagePulls(all, problems);
    }

    /**
     * The image that {@code root=} means.
     *
     * @throws AgentException when there is none, or more than one
     */
    PullExpression root(RootOption option) throws AgentException {
        List<PullExpression> found = new ArrayList<>();
        for (PullExpression image : all) {
            if (image.imageClass() == ImageClass.MACHINE && fits(image, option)) {
                found.add(image);
            }
        }
        Optional<PullExpression> rootDisk = named(found, ROOT_DISK);
        if (found.size() > 1 && rootDisk.isPresent()) {
            return rootDisk.get();
        }
        if (found.size() > 1 && option instanceof RootOption.FirstLoop) {
            return found.getFirst();
        }
        if (found.size() > 1) {
            throw new AgentException(
                    "root= does not say which of " + found.size()
                            + " images is the root: name one " + ROOT_DISK
                            + " in rd.systemd.pull=, or use root=/dev/disk/by-loop-ref/NAME.raw or root=bind:/run/machines/NAME");
        }
        if (found.isEmpty()) {
            throw new AgentException(nothing());
        }
        return found.getFirst();
    }

    /** The image that {@code root=} would mean if it were used: the one that another root takes the place of. */
    @SuppressWarnings("EmptyCatch")
    Optional<PullExpression> rootIfAny(RootOption option) {
        try {
            return Optional.of(root(option));
        } catch (AgentException none) {
            return Optional.empty();
        }
    }

    /** All but one. */
    List<PullExpression> without(Optional<PullExpression> one) {
        List<PullExpression> others = new ArrayList<>(all);
        one.ifPresent(others::remove);
        return others;
    }

    private String nothing() {
        if (!problems.isEmpty()) {
            return problems.getFirst();
        }
        return all.isEmpty()
                ? "there is nothing to boot: the kernel command line has no rd.systemd.pull=, as in "
                        + "rd.systemd.pull=raw,machine,verify=no,blockdev,bootorigin:rootdisk:IMAGE root=gpt-auto"
                : "root= names none of the images that rd.systemd.pull= downloads: its local name must be the same in both";
    }

    private static Optional<PullExpression> named(List<PullExpression> images, String local) {
        for (PullExpression image : images) {
            if (image.local().equals(local)) {
                return Optional.of(image);
            }
        }
        return Optional.empty();
    }

    private static boolean fits(PullExpression image, RootOption option) {
        boolean raw = image.type() == PullType.RAW;
        if (option instanceof RootOption.Bind bind) {
            // A root lives in memory, whatever its expression says.
            String inMemory =
                    image.imageClass().directory(true).resolve(image.local()).toString();
            return !raw
                    && (image.destination().toString().equals(bind.directory()) || inMemory.equals(bind.directory()));
        }
        if (option instanceof RootOption.Loop loop) {
            return raw
                    && (loop.reference().equals(image.local() + ".raw")
                            || loop.reference().equals(image.local()));
        }
        return raw || option instanceof RootOption.Automatic;
    }
}
