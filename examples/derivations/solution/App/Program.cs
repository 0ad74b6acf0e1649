System.Console.WriteLine(Greetings.Greeting.For(args is [var name, ..] ? name : "farm"));
