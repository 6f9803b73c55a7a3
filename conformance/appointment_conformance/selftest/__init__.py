"""The proof that the suite can fail: every fault is caught by the requirement it breaks, and by no unrelated one."""
