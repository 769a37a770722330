/** An NVMe/TCP target: exports block devices to the hosts that may have them. */
@NullMarked
package org.pullboot.nvme;

import org.jspecify.annotations.NullMarked;
