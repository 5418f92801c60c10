/** The types of what web service functions are called with, read off their descriptions in parameters.json. */
import type document from './parameters.json';

type Functions = (typeof document)['functions'];
/** A web service function whose parameters are described in parameters.json. */
export type FunctionName = keyof Functions;

type MayBeLeftOut = { optional: boolean } | { default: unknown };

type ValueOf<Type> = Type extends 'int' ? number : Type extends 'bool' ? boolean : string;

/** Names of parameters that a caller may leave out. */
type LeftOut<Keys> = {
  [Name in keyof Keys]: Keys[Name] extends MayBeLeftOut
    ? Name
    : Keys[Name][keyof Keys[Name]] extends MayBeLeftOut
      ? Name
      : never;
}[keyof Keys];

type SentKeys<Keys> = { [Name in Exclude<keyof Keys, LeftOut<Keys>>]: SentValue<Keys[Name]> } & {
  [Name in LeftOut<Keys>]?: SentValue<Keys[Name]>;
};
type SentValue<Description> = Description extends { keys: infer Keys }
  ? SentKeys<Keys>
  : Description extends { list: infer Item }
    ? SentValue<Item>[]
    : ValueOf<keyof Description>;

/** What a caller may send to a function. */
export type Sent<Name extends FunctionName> = SentKeys<Functions[Name]>;

type ReceivedKeys<Keys> = { [Name in keyof Keys]: ReceivedValue<Keys[Name]> };
type ReceivedValue<Description> = Description extends { keys: infer Keys }
  ? ReceivedKeys<Keys>
  : Description extends { list: infer Item }
    ? ReceivedValue<Item>[]
    :
        | ValueOf<keyof Description>
        | (Description[keyof Description] extends { optional: boolean } ? undefined : never);

/** What a function gets once its arguments are validated: defaults are filled in, lists left out are empty. */
export type Received<Name extends FunctionName> = ReceivedKeys<Functions[Name]>;
