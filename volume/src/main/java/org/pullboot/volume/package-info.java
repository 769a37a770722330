/** Copy-on-write volumes over read-only images: overlays, snapshots, and the files that they are kept in. */
@NullMarked
package org.pullboot.volume;

import org.jspecify.annotations.NullMarked;
