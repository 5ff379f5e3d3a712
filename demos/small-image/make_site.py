"""Write a page to standard output: what a site generator does, in short."""

PORTS = ["Bergen", "Trieste", "Valparaíso"]

print("<!DOCTYPE html><meta charset='utf-8'><title>Ports</title><h1>Ports</h1><ul>")
for port in PORTS:
    print(f"<li>{port}</li>")
print("</ul>")
