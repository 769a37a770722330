/** The tools of Debian that tests compare ours with. For the tests of other modules; nothing of it is shipped. */
@NullMarked
package org.pullboot.debian;

import org.jspecify.annotations.NullMarked;
