CC ?= gcc
objects := $(patsubst %.c,%.o,$(wildcard *.c))

app: $(objects) | out
	@$(CC) -o $@ $^

%.o: %.c
	$(CC) -c $< -o $@

.PHONY: clean
clean:
	-rm -f $(objects)
