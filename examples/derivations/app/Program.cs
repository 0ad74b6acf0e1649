System.Console.WriteLine("built on a farm");
