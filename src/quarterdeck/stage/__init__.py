"""Where demos run: the engine, the clean room, the shell, recordings and replay."""
