/** Boots real virtual machines and believes only what the booted system says. */
@NullMarked
package org.pullboot.e2e;

import org.jspecify.annotations.NullMarked;
