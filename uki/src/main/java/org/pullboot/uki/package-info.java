/** PE files and unified kernel images. Bytes in, values out; no network. */
@NullMarked
package org.pullboot.uki;

import org.jspecify.annotations.NullMarked;
