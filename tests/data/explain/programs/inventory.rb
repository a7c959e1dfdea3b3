require "json"

module Shop
  class Inventory
    include Enumerable
    attr_reader :items, :owner

    def initialize(path, owner: nil)
      @items = JSON.parse(File.read(path), symbolize_names: true)
      @owner = owner || ENV.fetch("USER", "nobody")
      @@opened ||= 0
    end

    def each(&block)
      return enum_for(:each) unless block_given?
      @items.each(&block)
    end

    def cheap?(item) = item[:price] < 10

    def report(out = $stdout)
      names = @items.select { |i| cheap?(i) }.map { _1[:name] }
      names.each_with_index do |name, n|
        out.puts "#{n + 1}. #{name.upcase}"
      end
    rescue KeyError => e
      warn e.message
    ensure
      out.flush
    end
  end
end

list = Shop::Inventory.new(ARGV[0] || "items.json", owner: "ann")
first, *others = list.items
case first
in { name: String => name, price: Integer | Float => price } if price > 5
  puts "#{name} costs #{'%.2f' % price}"
else
  puts others&.size.to_s
end
words = %w[red green].freeze
p (1..3).sum, words.inject(:+), first =~ /^[a-z]+\d*$/i
