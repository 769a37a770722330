/** UEFI variables, load options, device paths and variable stores. Bytes in, values out; no network. */
@NullMarked
package org.pullboot.uefi;

import org.jspecify.annotations.NullMarked;
