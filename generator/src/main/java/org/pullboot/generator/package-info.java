/** A systemd generator (systemd.generator(7)) that makes of {@code systemd.pull=} what systemd-import-generator(8) makes. */
@NullMarked
package org.pullboot.generator;

import org.jspecify.annotations.NullMarked;
