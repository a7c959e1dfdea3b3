using System;
using System.Collections.Generic;

namespace Shop
{
    public enum Color { Red, Green }

    public class User
    {
        private readonly string name;
        private int age;
        private List<string> tags;
        private double? ratio;
        public static int Count = 0;
    }

    public class Box<T>
    {
        private T value;
    }

    public class Options
    {
        public Options(string level, int count, bool fast, string[] names)
        {
            Level = level;
            Count = count;
            Fast = fast;
            Names = names;
        }

        public string Level { get; }
        public int Count { get; private set; }
        public bool Fast { get; }
        public string[] Names { get; }
    }

    public interface IStore
    {
        string Load(string key);
        void Save(string key, int value = 1);
    }

    public class Disk : IStore
    {
    }

    public static class Prices
    {
        public static int Price(int count, string label, Color color)
        {
            if (count < -1000)
                throw new ArgumentException("count");
            return count;
        }

        public static void Paint(Color color)
        {
        }
    }
}
