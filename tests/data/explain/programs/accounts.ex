defmodule Bank.Accounts do
  @moduledoc "Keeps balances."
  use GenServer
  alias Bank.{Account, Repo}

  @limit 100
  defstruct [:id, balance: 0]

  @spec open(String.t(), keyword()) :: {:ok, pid()} | {:error, term()}
  def open(id, opts \\ []) when is_binary(id) do
    GenServer.start_link(__MODULE__, %Account{id: id, balance: opts[:balance] || 0})
  end

  @impl true
  def handle_call({:take, n}, _from, %{balance: b} = state) when n > 0 and b - n >= -@limit do
    {:reply, :ok, %{state | balance: b - n}}
  end

  def handle_call(_, _, state), do: {:reply, {:error, :refused}, state}

  def report(list) do
    list
    |> Enum.filter(&(&1.balance > 0))
    |> Enum.map(fn %{id: id, balance: b} -> "#{id}: #{b}" end)
    |> Enum.join("\n")
  end

  def move(from, to, n) do
    with {:ok, a} <- Repo.fetch(from),
         {:ok, b} <- Repo.fetch(to),
         :ok <- GenServer.call(a, {:take, n}) do
      send(b, {:add, n})
      for x <- 1..3, rem(x, 2) == 1, do: x * n
    else
      {:error, reason} -> raise "cannot move: #{inspect(reason)}"
    end
  end
end
