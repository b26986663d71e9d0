/**
 * Walks every route an app serves: which controller method answers it, and under which policy. A test that expects
 * `withoutPolicy` and `openTo` to be empty fails the day somebody forgets one.
 */
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { policies, type PolicyName } from '../domain/policies.js';
import { accessKey } from '../http/access.js';

export interface DeclaredRoute {
  readonly method: string;
  /** As the router knows it: `/v1/org/keys/:keyId`. */
  readonly path: string;
  /** `KeysController.revoke`. */
  readonly handler: string;
  /** Null: the guard keeps it shut. */
  readonly policy: PolicyName | null;
}

/** Every route that a controller declares. */
export function declaredRoutes(app: NestFastifyApplication): readonly DeclaredRoute[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (metatype ? routesOf(metatype as Type) : []));
}

/** Routes of controllers without `@Access`. */
export const withoutPolicy = (app: NestFastifyApplication): readonly string[] =>
  declaredRoutes(app).filter(({ policy }) => policy === null).map(({ method, path, handler }) => `${method} ${path} (${handler})`);

/**
 * Routes the server answers that no controller declares, so that no guard stands before them: files, documentation.
 * @param known prefixes of paths that are meant to be open.
 */
export function undeclared(app: NestFastifyApplication, known: readonly string[]): readonly string[] {
  const declared = new Set(declaredRoutes(app).map(({ path }) => unnamed(path)));
  return servedPaths(app).filter((path) => !declared.has(unnamed(path)) && !known.some((prefix) => path.startsWith(prefix)));
}

/**
 * Knocks at every route that is not for anyone, with nothing and with wrong credentials; answers those that did not
 * refuse with 401 or 403.
 */
export async function openTo(app: NestFastifyApplication, credentials: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const open: string[] = [];
  for (const { method, path, policy, handler } of declaredRoutes(app)) {
    if (policy !== null && policies[policy].by.length === 0) continue;
    const url = path.replaceAll(/:\w+/g, 'x').replaceAll('*', 'x');
    const { statusCode } = await app.inject({ method: method as 'GET', url, headers: credentials, ...(method === 'GET' ? {} : { payload: {} }) });
    if (statusCode !== 401 && statusCode !== 403) open.push(`${method} ${path} (${handler}) answered ${statusCode}`);
  }
  return open;
}

function routesOf(controller: Type): DeclaredRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  const ofController = Reflect.getMetadata(accessKey, controller) as PolicyName | undefined;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name]!;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const policy = (Reflect.getMetadata(accessKey, handler) as PolicyName | undefined) ?? ofController ?? null;
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => ({ method: RequestMethod[method]!, path: joined(prefix, path), handler: `${controller.name}.${name}`, policy })));
  });
}

/** Routes that differ in the names of their parameters alone share a line of the router: `:provider|:model`. */
const unnamed = (path: string): string => path.replaceAll(/:[^/]+/g, ':');

const pathsOf = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (...parts: readonly string[]): string => `/${parts.flatMap((part) => part.split('/')).filter(Boolean).join('/')}`;

/** From Fastify's own table, a tree in which each line continues the path of the line it hangs on. */
function servedPaths(app: NestFastifyApplication): string[] {
  const table = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const above: string[] = [];
  const paths: string[] = [];
  for (const [, indent, part, methods] of table.matchAll(/^((?:[│ ] {3})*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/gm)) {
    const depth = indent!.length / 4;
    above.length = depth;
    above.push(part!);
    if (methods) paths.push(above.join(''));
  }
  return paths;
}
