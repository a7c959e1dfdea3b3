library(dplyr)

read_sales <- function(path, ..., sep = ";") {
  stopifnot(file.exists(path))
  df <- read.csv(path, sep = sep, ...)
  df$month <- as.Date(df[["day"]], format = "%d.%m.%Y")
  df[df$amount > 0 & !is.na(df$amount), c("month", "amount")]
}

summarise_by <- function(df, f = mean) {
  df |>
    group_by(month) |>
    summarise(total = f(amount), n = n()) %>%
    filter(n %in% 1:10)
}

model <- lm(total ~ n + I(n^2), data = sales)
rates <- sapply(list(a = 1:3, b = NULL), \(x) if (length(x) == 0) NA else sum(x))
for (name in names(rates)) {
  if (is.na(rates[[name]])) next
  message(sprintf("%s: %.2f", name, rates[[name]]))
}
counter <- 0L
tick <- function() counter <<- counter + 1L
stats::sd(rates, na.rm = TRUE)
