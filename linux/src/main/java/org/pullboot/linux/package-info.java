/** Linux system calls, the three decompression libraries and rtnetlink through the foreign-function API: the only native code in Pullboot. */
@NullMarked
package org.pullboot.linux;

import org.jspecify.annotations.NullMarked;
