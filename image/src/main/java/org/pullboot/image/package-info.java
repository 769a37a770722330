/** What an OS image is made of: compression, kinds, partition tables, file systems, tar, digests. Bytes in, values out; no network. */
@NullMarked
package org.pullboot.image;

import org.jspecify.annotations.NullMarked;
