print("first version")
