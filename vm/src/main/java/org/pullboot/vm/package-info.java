/** Virtual machines that boot from a URL the way hardware does: QEMU with OVMF. */
@NullMarked
package org.pullboot.vm;

import org.jspecify.annotations.NullMarked;
