"""What Numba compiles: functions of pointers and numbers. Imported only when there is something to compile."""
