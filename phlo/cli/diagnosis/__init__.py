"""What `phlo doctor` looks at: each finding says what it is about, how it is, and the fix."""
