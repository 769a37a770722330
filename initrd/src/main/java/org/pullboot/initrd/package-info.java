/** Builds an initrd: kernel modules, runtime, agent and libraries in a cpio archive. */
@NullMarked
package org.pullboot.initrd;

import org.jspecify.annotations.NullMarked;
