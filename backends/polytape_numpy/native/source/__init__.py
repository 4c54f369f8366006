"""What Numba compiles: functions of pointers and numbers. But for `sizes` imported only where there is work for it."""
