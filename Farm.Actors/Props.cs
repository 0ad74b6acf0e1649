using System.Diagnostics;
using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;

namespace Farm.Actors;

/// <summary>How to make an actor, now and again at each restart. Immutable.</summary>
public sealed class Props
{
    private readonly Func<ActorBase> _make;

    private Props(Type type, object?[] arguments, Func<ActorBase> make, SupervisorStrategy? strategy) =>
        (Type, Arguments, _make, SupervisorStrategy) = (type, arguments, make, strategy);

    /// <summary>An actor that handles nothing.</summary>
    public static Props Empty { get; } = Create<EmptyActor>();
    public Type Type { get; }
    public object?[] Arguments { get; }

    /// <summary>Takes the place of the actor's own strategy; null leaves it.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; }

    /// <summary>Takes a <c>new T(…)</c> expression; its arguments are evaluated once, here.</summary>
    /// <exception cref="ArgumentException">The expression is something else than a constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (factory.Body is MemberInitExpression || factory.Body is not NewExpression call)
            throw new ArgumentException(
                $"'{factory.Body}' is not a constructor call: the factory must be a 'new T(args)' expression.",
                nameof(factory)
            );
        var arguments = call.Arguments.Select(Evaluate).ToArray();
        var constructor = call.Constructor ?? throw new UnreachableException(); // only structs have none
        return new Props(typeof(TActor), arguments, () => Invoke(constructor, arguments), supervisorStrategy);
    }

    public static Props Create<TActor>(params object?[] args)
        where TActor : ActorBase => OfType(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => Create<TActor>().WithStrategy(supervisorStrategy);

    /// <exception cref="ArgumentException">The type is no actor.</exception>
    public static Props Create(Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(args);
        if (!typeof(ActorBase).IsAssignableFrom(type) || type.IsAbstract)
            throw new ArgumentException($"{type} is no concrete ActorBase: Props needs an actor type.", nameof(type));
        return OfType(type, args);
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => WithStrategy(supervisorStrategy);

    public override string ToString() => $"Props({Type.Name})";

    internal ActorBase NewActor() => _make();

    private static Props OfType(Type type, object?[] args) => new(type, args, () => Activate(type, args), null);

    private Props WithStrategy(SupervisorStrategy? strategy) => new(Type, Arguments, _make, strategy);

    private static ActorBase Invoke(ConstructorInfo constructor, object?[] arguments) =>
        (ActorBase)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture);

    private static ActorBase Activate(Type type, object?[] arguments)
    {
        const BindingFlags constructors =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DoNotWrapExceptions;
        return (ActorBase)Activator.CreateInstance(type, constructors, null, arguments, CultureInfo.InvariantCulture)!; // no Nullable<T> is an actor
    }

    private static object? Evaluate(Expression argument) =>
        argument switch
        {
            ConstantExpression constant => constant.Value,
            MemberExpression { Member: FieldInfo field } member => field.GetValue(
                member.Expression is null ? null : Evaluate(member.Expression)
            ),
            _ => Expression
                .Lambda<Func<object?>>(Expression.Convert(argument, typeof(object)))
                .Compile(preferInterpretation: true)(),
        };

    private sealed class EmptyActor : ActorBase
    {
        protected override bool Receive(object message) => false;
    }
}
