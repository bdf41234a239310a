/** A login to a registry. */
export type RegistryLogin =
  | { readonly type: 'password'; readonly user: string; readonly password: string }
  /** A refresh token, which is exchanged for access tokens. */
  | { readonly type: 'identity'; readonly token: string }
  /** An access token for the registry. */
  | { readonly type: 'token'; readonly token: string };
