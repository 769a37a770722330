/** The commands: parse, call, print. */
@NullMarked
package org.pullboot.cli;

import org.jspecify.annotations.NullMarked;
